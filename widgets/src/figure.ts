import { css, html, LitElement, nothing, svg, type CSSResultGroup, type PropertyValues, type TemplateResult } from "lit";

/** A question to answer before the figure is touched, with what there is to say to each answer. */
export interface Prediction {
  readonly question: string;
  readonly answers: readonly { readonly text: string; readonly isRight: boolean; readonly says: string }[];
}

const RESTS_MS = 200;

/**
 * What all interactive figures share: a question first, controls, a drawing, a result in words, and a state that the
 * address carries, as in `#rope-clock:m=7,n=3`.
 *
 * The figure that Python drew stays inside the element. It is what readers without scripts see, and what is printed.
 */
export abstract class InteractiveFigure extends LitElement {
  static override properties = { chosen: { state: true } };
  static override styles: CSSResultGroup = css`
    :host { border: 0.05rem solid var(--figure-grid); border-radius: 0.1rem; display: block; margin: 1.2em 0; padding: 0.6rem 0.8rem; }
    .controls { display: grid; gap: 0.3rem 1rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); margin: 0.6em 0; }
    label { align-items: center; display: flex; flex-wrap: wrap; gap: 0.4rem; }
    label > span { min-width: 4.5rem; }
    fieldset label { align-items: start; flex-wrap: nowrap; }
    fieldset input { flex: none; margin-block-start: 0.3rem; }
    input[type="range"] { accent-color: var(--figure-1); flex: 1; min-height: 1.5rem; min-width: 6rem; }
    input, select, button { color: inherit; font: inherit; }
    select, button { background: var(--md-code-bg-color); border: 0.05rem solid currentColor; border-radius: 0.1rem; min-height: 1.5rem; padding: 0.1rem 0.5rem; }
    button { cursor: pointer; }
    :is(input, select, button):focus-visible { outline: 0.1rem solid var(--figure-1); outline-offset: 0.1rem; }
    fieldset { border: 0; border-inline-start: 0.2rem solid var(--figure-4); margin: 0 0 0.6rem; padding: 0 0 0 0.7rem; }
    legend { font-weight: bold; padding: 0; }
    svg { display: block; height: auto; margin: 0 auto; max-width: 40rem; width: 100%; }
    svg text { fill: currentColor; font-size: 12px; }
    .handle { cursor: grab; touch-action: none; }
    .handle:focus-visible { outline: none; }
    .handle:focus-visible circle { stroke: currentColor; stroke-width: 2; }
    .key { display: inline-block; height: 0.6em; margin-inline-end: 0.3em; width: 0.9em; }
    .legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0.3em 0; }
    output, .result { font-variant-numeric: tabular-nums; }
    .result { margin: 0.5em 0 0; }
    .panels { align-items: center; display: grid; gap: 0.4rem 1rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
    .panels svg { max-width: 17rem; }
    .panels text { paint-order: stroke; stroke: var(--md-default-bg-color); stroke-width: 3px; }
    .panels p { margin: 0; text-align: center; }
    slot { display: none; }
    @media print {
      :host { border: 0; padding: 0; }
      .live { display: none; }
      slot { display: block; }
    }
  `;

  /** The answer that was chosen, or none. */
  declare chosen: number | undefined;
  private takesFromAddress = true;
  private given: unknown;
  private resting: ReturnType<typeof setTimeout> | undefined;

  /** The properties that the address carries, as far as they are defined. */
  protected abstract readonly shared: readonly string[];
  protected abstract readonly prediction: Prediction;
  protected abstract controls(): TemplateResult;
  protected abstract drawing(): TemplateResult;
  /** What there is to see, in a sentence or two. */
  protected abstract result(): string;

  /** Whether what there is to see changes faster than it could be read out. */
  protected get isBusy(): boolean {
    return false;
  }

  /** What Python gave the figure to work with. */
  protected data<T>(): T {
    this.given ??= JSON.parse(this.querySelector('script[type="application/json"]')!.textContent!);
    return this.given as T;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.readAddress();
    addEventListener("hashchange", this.readAddress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.readAddress);
    clearTimeout(this.resting);
  }

  private readonly readAddress = (): void => {
    const [name, state] = unescaped(location.hash.slice(1)).split(":", 2);
    if (name !== this.localName || state === undefined) return;
    this.forget();
    for (const part of state.split(",")) {
      const [key, value] = part.split("=", 2);
      const number = Number(value);
      // An address is typed by anybody: what is no number, or none of ours, changes nothing.
      if (key !== undefined && this.shared.includes(key) && value !== "" && Number.isFinite(number)) {
        this.take(key, number);
      }
    }
    this.takesFromAddress = true;
    this.requestUpdate();
    void this.updateComplete.then(() => this.scrollIntoView({ block: "center" }));
  };

  /** Make undefined what an address says only where it is defined, before one is read. */
  protected forget(): void {}

  /** Set a shared property to a number from the address, within what its control allows. */
  protected abstract take(key: string, value: number): void;

  protected override updated(changed: PropertyValues): void {
    if (this.takesFromAddress) {
      this.takesFromAddress = false;
      return;
    }
    if (this.shared.some((key) => changed.has(key))) {
      // Once the hand rests: a browser may refuse an address that changes with every move of a slider.
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        const said = this.shared.filter((key) => this[key as keyof this] !== undefined);
        const state = said.map((key) => `${key}=${String(this[key as keyof this])}`).join(",");
        history.replaceState(history.state, "", `#${this.localName}:${state}`);
      }, RESTS_MS);
    }
  }

  /** A slider with its value in words beside it. */
  protected slider(
    label: string,
    value: number,
    range: { min: number; max: number; step?: number },
    set: (value: number) => void,
    shown: string = String(value),
  ): TemplateResult {
    return html`<label>
      <span>${label}</span>
      <input type="range" min=${range.min} max=${range.max} step=${range.step ?? 1} .value=${String(value)}
        aria-valuetext=${shown} @input=${(event: Event) => set((event.target as HTMLInputElement).valueAsNumber)} />
      <output>${shown}</output>
    </label>`;
  }

  /** A list of numbers to choose from, each with its name. */
  protected choice(
    label: string,
    value: number,
    options: readonly (readonly [number, string])[],
    set: (value: number) => void,
  ): TemplateResult {
    return html`<label>
      <span>${label}</span>
      <select @change=${(event: Event) => set(Number((event.target as HTMLSelectElement).value))}>
        ${options.map(([number, name]) => html`<option value=${number} .selected=${number === value}>${name}</option>`)}
      </select>
    </label>`;
  }

  /** A box to tick, 1 or 0, as the address has it. */
  protected tick(label: string, value: number, set: (value: number) => void): TemplateResult {
    return html`<label>
      <input type="checkbox" .checked=${value === 1} @change=${(event: Event) => set(Number((event.target as HTMLInputElement).checked))} />
      ${label}
    </label>`;
  }

  /** What the colours stand for. */
  protected legend(entries: readonly (readonly [string, string])[]): TemplateResult {
    return html`<div class="legend">
      ${entries.map(([name, colour]) => html`<span><span class="key" style="background: ${colour}"></span>${name}</span>`)}
    </div>`;
  }

  /**
   * A point of a drawing that can be dragged, or moved by the arrow keys.
   *
   * Its place is in the units of `plane`, whose middle lies at the origin of the drawing and whose y points up; `step`
   * is what one key press moves it by, `reach` how far it may go from the middle.
   */
  protected handle(
    name: string,
    place: readonly [number, number],
    plane: { readonly scale: number; readonly reach: number; readonly step: number },
    colour: string,
    move: (place: [number, number]) => void,
  ): TemplateResult {
    const { scale, reach, step } = plane;
    const held = (value: number): number => Math.min(reach, Math.max(-reach, value));
    const to = (x: number, y: number): void => move([held(x), held(y)]);
    const drag = (event: PointerEvent): void => {
      const target = event.currentTarget as SVGGElement;
      if (!target.hasPointerCapture(event.pointerId)) return;
      const matrix = target.ownerSVGElement!.getScreenCTM()!.inverse();
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
      to(at.x / scale, -at.y / scale);
    };
    const press = (event: KeyboardEvent): void => {
      const [dx, dy] = ARROWS[event.key] ?? [0, 0];
      if (dx === 0 && dy === 0) return;
      event.preventDefault();
      to(place[0] + dx * step, place[1] + dy * step);
    };
    return svg`<g class="handle" tabindex="0" role="slider" aria-label=${name} aria-roledescription="movable point"
      aria-valuemin=${-reach} aria-valuemax=${reach} aria-valuenow=${place[0].toFixed(2)}
      aria-valuetext="x ${place[0].toFixed(2)}, y ${place[1].toFixed(2)}"
      transform="translate(${place[0] * scale}, ${-place[1] * scale})"
      @pointerdown=${(event: PointerEvent) => (event.currentTarget as Element).setPointerCapture(event.pointerId)}
      @pointermove=${drag} @keydown=${press}>
      <circle r="14" fill="transparent" />
      <circle r="6" fill=${colour} />
      <text x="9" y="-7">${name}</text>
    </g>`;
  }

  private predictFirst(): TemplateResult {
    const chosen = this.chosen === undefined ? undefined : this.prediction.answers[this.chosen];
    return html`<fieldset>
      <legend>Predict first: ${this.prediction.question}</legend>
      ${this.prediction.answers.map(
        (answer, number) => html`<label>
          <input type="radio" name="prediction" .checked=${this.chosen === number} @change=${() => (this.chosen = number)} />
          ${answer.text}
        </label>`,
      )}
      <p class="verdict" role="status">${chosen ? `${chosen.isRight ? "Right." : "Not so."} ${chosen.says}` : nothing}</p>
    </fieldset>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="live">
        ${this.predictFirst()}
        <div class="controls">${this.controls()}</div>
        ${this.drawing()}
        <p class="result" role="status" aria-busy=${this.isBusy}>${this.result()}</p>
      </div>
      <slot></slot>`;
  }
}

/** An address without its escapes, or nothing where they make no sense. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Where a drawing has a point of the plane whose unit is so long. */
export function onPlane(point: readonly number[], scale: number): [number, number] {
  return [point[0]! * scale, -point[1]! * scale];
}

/** To two places. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** To two places in words, without a minus before a zero. */
export function digits(value: number): string {
  return (hundredths(value) || 0).toFixed(2);
}

/** The nearest whole number within a range. */
export function whole(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}

/** The function, which keeps its latest answer for as long as it is asked the same. */
export function remembered<Key extends readonly unknown[], Answer>(ask: (...key: Key) => Answer): (...key: Key) => Answer {
  let latest: { readonly key: Key; readonly answer: Answer } | undefined;
  return (...key) => {
    if (!latest?.key.every((part, place) => part === key[place])) latest = { key, answer: ask(...key) };
    return latest.answer;
  };
}
