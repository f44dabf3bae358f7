/** What is written over. */
export const TARGETS = ['head', 'tail', 'length', 'index', 'payload', 'generation', 'agreement', 'doorbell', 'everything'] as const;
export type Target = (typeof TARGETS)[number];

/** One job of the scribbler. */
export interface Scribble {
  readonly buffer: SharedArrayBuffer;
  readonly target: Target;
  readonly seed: number;
  readonly times: number;
}
