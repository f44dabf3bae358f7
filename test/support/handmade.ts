import { Subject, type SchedulerLike } from 'rxjs';
import { Mailbox, type ChannelOptions, type LinkEvent, type MailboxController, type MailboxLink } from 'rx-mailbox';

type Link = MailboxLink<string, string, string>;
type Controller = MailboxController<string, string, string>;

export interface Handmade {
  readonly controller?: Partial<Controller>;
  readonly link?: Partial<Link>;
  readonly scheduler?: SchedulerLike;
  readonly options?: ChannelOptions<string>;
}

/** A channel on a link made by hand: each method may be replaced, also while it runs. The link takes everything and says nothing by itself. */
export function handmade({ controller, link, scheduler, options }: Handmade = {}) {
  const events = new Subject<LinkEvent<string, string>>();
  const sent: string[] = [];
  const theLink: Link = {
    events$: events,
    sendData: (message) => {
      sent.push(message);
      return 'accepted';
    },
    ...link,
  };
  const all: Controller = { name: 'handmade', channelCount: 1, txDone: 'irq', correlation: 'tagged', open: () => theLink, ...controller };
  const channel = new Mailbox(all, scheduler && { scheduler }).requestChannel(0, options);
  const done = (token: number, error?: unknown): void => events.next({ type: 'txDone', token, error });
  /** What becomes of one more message: whether the channel goes on. */
  const outcomeOf = (message: string, token: number): string[] => {
    const outcome: string[] = [];
    channel.send(message).subscribe({ next: () => outcome.push('ok'), error: ({ code }: { code: string }) => outcome.push(code) });
    done(token);
    return outcome;
  };
  return { channel, events, link: theLink, sent, done, outcomeOf };
}
