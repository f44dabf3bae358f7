import { Observable, of, repeat, take, tap } from 'rxjs';
import { inContext } from 'rx-mailbox';

const anywhere = () => (run: () => void) => run();

describe('inContext on any Observable', () => {
  it('ends a source that emits without end while it is being subscribed', () => {
    let emitted = 0;
    const endless$ = of('A').pipe(
      tap(() => {
        if (++emitted > 100) throw new Error('it goes on');
      }),
      repeat(),
    );
    endless$.pipe(inContext(anywhere), take(3)).subscribe();
    expect(emitted).toBe(3);
  });

  it('tears the source down when it has ended, and once', () => {
    let torn = 0;
    new Observable<string>((subscriber) => {
      subscriber.add(() => torn++);
      subscriber.next('A');
      subscriber.complete();
    })
      .pipe(inContext(anywhere))
      .subscribe();
    expect(torn).toBe(1);
  });
});
