// What a page of the course loads: each import defines an element.
import "./lookup-lab";
import "./metric-arena";
import "./rope-clock";
