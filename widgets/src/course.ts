// What a page of the course loads: each import defines an element.
import "./analogy-board";
import "./cosine-cone";
import "./rope-clock";
