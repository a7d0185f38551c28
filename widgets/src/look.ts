import { css } from "lit";

/** What controls look like, in figures and on the pages around them. */
export const controls = css`
  input, select, button, textarea { color: inherit; font: inherit; }
  select, button, textarea { background: var(--md-code-bg-color); border: 0.05rem solid currentColor; border-radius: 0.1rem; min-height: 1.5rem; padding: 0.1rem 0.5rem; }
  button { cursor: pointer; }
  button[aria-pressed="true"] { background: var(--figure-1); color: var(--md-default-bg-color); }
  :is(input, select, button, textarea, summary, a):focus-visible { outline: 0.1rem solid var(--figure-1); outline-offset: 0.1rem; }
  a { color: var(--md-typeset-a-color); }
`;
