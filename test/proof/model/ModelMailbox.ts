import type { MailboxSetup } from './Action';
import type { Model, Timer } from './Model';
import { ModelBatch } from './ModelBatch';
import type { ModelChannel } from './ModelChannel';
import { ModelPoll } from './ModelPoll';
import { ModelTurn } from './ModelTurn';

/** What the mailboxes on one controller object share: tokens, and who owns its channels. */
export class ModelController {
  nextToken = 1;
  readonly owners = new Map<number, ModelChannel>();
}

/** What the channels of one mailbox share. */
export class ModelMailbox {
  closed = false;
  /** In the order in which they were requested. */
  channels: ModelChannel[] = [];
  readonly batch = new ModelBatch();
  readonly turn: ModelTurn;
  /** Of a scheduler that is not the mailbox's. */
  readonly otherTurn: ModelTurn;
  readonly poll: ModelPoll;

  constructor(
    readonly setup: MailboxSetup,
    world: Model,
    readonly controller: ModelController,
  ) {
    this.turn = new ModelTurn(world, this.batch);
    this.otherTurn = new ModelTurn(world, this.batch, 1);
    this.poll = new ModelPoll(world, setup.period ?? (setup.method === 'poll' ? 1 : undefined));
  }

  takeToken(): number {
    return this.controller.nextToken++;
  }

  get timers(): Timer[] {
    return [...this.turn.timers, ...this.otherTurn.timers, ...this.poll.timers, ...this.channels.flatMap(({ flushes }) => flushes.timers)];
  }
}
