import { finalize, NEVER } from 'rxjs';
import { txCancel } from 'rx-mailbox';
import { handmade } from '../../support/handmade';

describe('a message that is refused', () => {
  it('keeps its error, whatever the end of its watches causes', () => {
    const { channel } = handmade({ options: { txQueueLength: 0 } });
    channel.next('in flight');
    const controller = new AbortController();
    const codes: string[] = [];
    channel
      .send('B')
      .pipe(txCancel(NEVER.pipe(finalize(() => controller.abort()))), txCancel(controller.signal))
      .subscribe({ error: ({ code }: { code: string }) => codes.push(code) });
    expect(codes).toEqual(['ENOBUFS']);
  });
});
