// What a page of the course loads: each import defines an element.
import "./analogy-board";
import "./attention-lens";
import "./concentration-lab";
import "./cosine-cone";
import "./lookup-lab";
import "./metric-arena";
import "./position-shuffle";
import "./projection-honesty";
import "./rope-clock";
import "./static-to-contextual";
