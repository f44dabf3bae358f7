import { assertInteger, show } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import type { MailboxLink } from '../../contract/MailboxLink';
import { parseSpecifier } from './parseSpecifier';

type Part = Pick<MailboxController<never, unknown, void>, 'channelCount' | 'translate' | 'open'>;

/** The parts of a block, whose channels stand one behind the other. */
export interface HspParts {
  readonly mailboxes: Part;
  readonly mailboxes128: Part;
  readonly doorbells: Part;
}

/** One controller for everything in a block. Each link says how it learns of a tx-done. */
export function channelsController<Tx, Rx>(name: string, parts: HspParts): Omit<MailboxController<Tx, Rx, void>, 'correlation'> {
  const all = [parts.mailboxes, parts.mailboxes128, parts.doorbells];
  const first = (at: number): number => all.slice(0, at).reduce((sum, { channelCount }) => sum + channelCount, 0);
  return {
    name,
    channelCount: first(all.length),
    txDone: 'irq',
    translate(which) {
      // Numbers mean something else in each part.
      if (typeof which !== 'string') throw new TypeError(`which is ${show(which)}; expected a name, or two cells`);
      const target = parseSpecifier(which);
      const at = target.type === 'doorbell' ? 2 : target.bits === 128 ? 1 : 0;
      return first(at) + all[at]!.translate!(which);
    },
    open(index, environment) {
      assertInteger('index', index, 0, first(all.length) - 1);
      const at = [2, 1, 0].find((part) => index >= first(part))!;
      return all[at]!.open(index - first(at), environment) as MailboxLink<Tx, Rx, void>;
    },
  };
}
