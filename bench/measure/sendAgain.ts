import type { Channel } from 'rx-mailbox';
import type { Message } from './Load';

/** Sends so many messages. Whenever one is done, the next one is sent, so as many stay pending. */
export function sendAgain<Ack>(channel: Channel<Message, unknown, Ack>, message: Message, pending: number, onCompleted: () => void): void {
  const observer = {
    next: () => undefined,
    error: (error: unknown) => {
      throw error;
    },
    complete: () => {
      onCompleted();
      channel.send(message).subscribe(observer);
    },
  };
  for (let i = 0; i < pending; i++) channel.send(message).subscribe(observer);
}
