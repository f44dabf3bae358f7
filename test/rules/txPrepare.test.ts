import { open } from '../support/open';

describe('txPrepare', () => {
  it('that makes a link go down, by leaving another message: its own message waits until the link is up', () => {
    const leaving: { unsubscribe(): void }[] = [];
    const txPrepare = (message: string): void => {
      if (message === 'B') leaving[0]!.unsubscribe();
    };
    const { channel, link } = open({ window: 2, abort: true }, { txPrepare });
    Object.assign(link, { abort: () => link.down('cable') });
    leaving.push(channel.send('A').subscribe());
    channel.next('B');
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    link.up();
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B']);
  });
});
