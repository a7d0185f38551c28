import { css, html, type CSSResultGroup, type TemplateResult } from "lit";

import { InteractiveFigure } from "./figure";

/** More pictures a second than this are not drawn: at a higher speed each shows several steps. */
const PICTURES = 16;
/** The highest speed, as a power of two. */
const FASTEST = 8;

/**
 * A figure in which time passes: step by step, or played until it is stopped. It never starts by itself.
 *
 * What is seen depends on the number of steps and on the other shared properties alone, so that an address can carry it.
 */
export abstract class PlayedFigure extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    step: { state: true },
    speed: { state: true },
    isPlaying: { state: true },
  };

  static override styles: CSSResultGroup = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      input[type="range"] { min-width: 4.5rem; }
      .buttons { align-items: center; display: flex; flex-wrap: wrap; gap: 0.4rem; }
    `,
  ];

  /** How many steps have been taken. */
  declare step: number;
  /** The power of two that is the number of steps a second. */
  declare speed: number;
  protected declare isPlaying: boolean;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** The number of steps at which it is over. */
  protected abstract readonly last: number;

  constructor() {
    super();
    [this.step, this.speed, this.isPlaying] = [0, 3, false];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override get isBusy(): boolean {
    return this.isPlaying;
  }

  private stop(): void {
    clearInterval(this.timer);
    this.isPlaying = false;
  }

  private play(): void {
    this.stop();
    this.isPlaying = true;
    const steps = 2 ** this.speed;
    // Who wants little motion gets a new picture once a second, after as many steps as everybody else.
    const pictures = Math.min(steps, matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : PICTURES);
    this.timer = setInterval(() => this.goOn(steps / pictures), 1000 / pictures);
  }

  private goOn(steps: number): void {
    this.step = Math.min(this.last, this.step + steps);
    if (this.step === this.last) this.stop();
  }

  /** One step, playing, from the beginning, and how fast. */
  protected player(): TemplateResult {
    const isOver = this.step === this.last;
    const setSpeed = (speed: number): void => {
      this.speed = speed;
      if (this.isPlaying) this.play();
    };
    return html`<div class="buttons">
        <button type="button" ?disabled=${isOver} @click=${() => this.goOn(1)}>step</button>
        <button type="button" ?disabled=${isOver} @click=${() => (this.isPlaying ? this.stop() : this.play())}>
          ${this.isPlaying ? "pause" : "play"}
        </button>
        <button type="button" @click=${() => (this.stop(), (this.step = 0))}>start again</button>
      </div>
      ${this.slider("speed", this.speed, { min: 0, max: FASTEST }, setSpeed, `${2 ** this.speed} steps/s`)}`;
  }
}
