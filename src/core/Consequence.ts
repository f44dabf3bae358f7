/** What a transition asks for: everything that may go is handed over, then everybody is notified. */
export const HAND_OVER = 2;
/** The same, but it is no reason to try a refused head again. */
export const GO_ON = 3;
/** Nothing may be handed over, and somebody is to be notified. */
export const NOTIFY = 1;
/** Nothing has changed. */
export const NOTHING = 0;

/** What is to be done after a transition. */
export type Consequence = typeof HAND_OVER | typeof GO_ON | typeof NOTIFY | typeof NOTHING;
