import type { LinkEvent, TxDoneResult } from '../../contract/LinkEvent';
import type { ScriptStep } from './script';

/** What a step can ask of a link. */
interface Steppable<Rx, Ack> {
  txDoneOldest(done: TxDoneResult<Ack>): void;
  txDone(done: TxDoneResult<Ack> & { token?: number }): void;
  refuseUntilReady(): void;
  ready(): void;
  down(reason: unknown): void;
  giveBack(token: number, error: unknown): void;
  giveBackOldest(error: unknown): void;
  emit(event: LinkEvent<Rx, Ack>): void;
}

/** Makes a link do one step of a script. */
export function takeStep<Rx, Ack>(link: Steppable<Rx, Ack>, step: ScriptStep<Rx, Ack>): void {
  switch (step.type) {
    case 'taken': {
      const { type: _, ...done } = step;
      return link.txDoneOldest(done);
    }
    case 'busy':
      return link.refuseUntilReady();
    case 'returned':
      return link.giveBackOldest(step.error);
    case 'ready':
      return link.ready();
    case 'down':
      return link.down(step.reason);
    case 'txDone':
      return link.txDone(step);
    case 'refused':
      return link.giveBack(step.token, step.error);
    case 'received':
    case 'progress':
    case 'up':
      return link.emit(step);
  }
}
