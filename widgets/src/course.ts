// What a page of the course loads: each import defines an element.
import "./attention-lens";
import "./position-shuffle";
import "./rope-clock";
