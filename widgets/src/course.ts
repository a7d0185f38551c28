// What a page of the course loads: each import defines an element.
import "./analogy-board";
import "./attention-lens";
import "./cosine-cone";
import "./lookup-lab";
import "./metric-arena";
import "./parameter-budget";
import "./position-shuffle";
import "./rope-clock";
import "./table-diagnosis";
import "./table-migration";
