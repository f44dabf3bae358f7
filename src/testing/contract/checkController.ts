import type { MailboxController } from '../../contract/MailboxController';
import { show } from '../../contract/checks';
import { isGetter } from '../../contract/controllerChecks';
import type { ReadyChannels } from '../../contract/ReadyChannels';
import { liveProperty, passOn } from '../liveProperty';
import { CheckedLink } from './CheckedLink';

/** Passes everything on, and records each violation of the contract between a link and its channel, by either of them. */
export function checkController<Tx, Rx, Ack>(
  controller: MailboxController<Tx, Rx, Ack, unknown>,
  violations: string[],
  opened: (link: CheckedLink<Tx, Rx, Ack>) => void,
): MailboxController<Tx, Rx, Ack, unknown> {
  const { name, channelCount, txDone, correlation, txPollPeriod, quarantine } = controller;
  const links = new Map<number, CheckedLink<Tx, Rx, Ack>>();
  const checked: MailboxController<Tx, Rx, Ack, unknown> = {
    name,
    channelCount,
    txDone,
    correlation,
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    ...(quarantine !== undefined && { quarantine }),
    ...(controller.translate && { translate: (which) => controller.translate!(which) }),
    open: (index, environment) => {
      const link = new CheckedLink(index, controller, controller.open(index, environment), violations, () => sharedInFlight(links));
      links.set(index, link);
      opened(link);
      return link;
    },
  };
  passOn(checked, controller, 'window');
  if (sharesWindow(controller)) liveProperty(checked, 'sharedWindow', () => controller.sharedWindow);
  if (controller.nextChannel) Object.assign(checked, { nextChannel: checkedChoice(controller, violations) });
  return checked;
}

/** How many messages are in flight over all channels, at most. */
function sharedInFlight(links: ReadonlyMap<number, { readonly inFlight: number; readonly stopped: boolean }>): number {
  let sum = 0;
  for (const { inFlight, stopped } of links.values()) if (!stopped) sum += inFlight;
  return sum;
}

function sharesWindow(controller: Pick<MailboxController<never, never, never>, 'sharedWindow'>): boolean {
  return controller.sharedWindow !== undefined || isGetter(controller, 'sharedWindow');
}

function checkedChoice(controller: Pick<MailboxController<never, never, never>, 'name' | 'nextChannel'>, violations: string[]) {
  return (ready: ReadyChannels): number | undefined => {
    const chosen = controller.nextChannel!(ready);
    if (chosen !== undefined && !ready.has(chosen)) {
      violations.push(`${controller.name}: nextChannel returned ${show(chosen)}, and ready are ${[...ready].join()}`);
    }
    return chosen;
  };
}
