// What a page of the course loads: each import defines an element.
import "./analogy-board";
import "./attention-lens";
import "./concentration-lab";
import "./cosine-cone";
import "./logit-gradient";
import "./lookup-lab";
import "./metric-arena";
import "./position-shuffle";
import "./projection-honesty";
import "./rope-clock";
import "./sgns-stepper";
import "./shape-tracer";
import "./static-to-contextual";

import "./concept-map";
import "./my-course";
import "./my-results";
import "./review-queue";
import "./section-desk";
import "./skill-check";
