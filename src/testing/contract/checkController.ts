import type { MailboxController } from '../../contract/MailboxController';
import { CheckedLink } from './CheckedLink';

/** Passes everything on, and records each violation of the contract between a link and its channel, by either of them. */
export function checkController<Tx, Rx, Ack>(
  controller: MailboxController<Tx, Rx, Ack, unknown>,
  violations: string[],
  opened: (link: CheckedLink<Tx, Rx, Ack>) => void,
): MailboxController<Tx, Rx, Ack, unknown> {
  const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine } = controller;
  return {
    name,
    channelCount,
    txDone,
    correlation,
    ...(window !== undefined && { window }),
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    ...(quarantine !== undefined && { quarantine }),
    ...(controller.translate && { translate: (which) => controller.translate!(which) }),
    open: (index, environment) => {
      const link = new CheckedLink(index, controller, controller.open(index, environment), violations);
      opened(link);
      return link;
    },
  };
}
