import type { Need } from './Need';
import type { Session } from './Session';

/** One test of the suite. */
export interface ContractCase {
  readonly title: string;
  /** The features that it needs of the fixture. */
  readonly needs: readonly Need[];
  readonly run: (session: Session) => Promise<void>;
}

export function contract(title: string, needs: readonly Need[], run: (session: Session) => Promise<void>): ContractCase {
  return { title, needs, run };
}
