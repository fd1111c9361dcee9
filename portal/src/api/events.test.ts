import { describe, expect, it } from 'vitest';
import { EventFeed } from './events';

class Stream extends EventTarget {
  readyState = 1;
  closed = false;
  close(): void {
    this.closed = true;
  }
  say(type: string, id: number, data: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId: String(id) }));
  }
}

function feed(seen = '0') {
  const streams: Stream[] = [];
  const urls: string[] = [];
  const store = new Map([['credence/seen', seen]]);
  const made = new EventFeed(
    (url) => {
      urls.push(url);
      const stream = new Stream();
      streams.push(stream);
      return stream as unknown as EventSource;
    },
    { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value) },
  );
  return { made, streams, urls, store };
}

describe('EventFeed', () => {
  it('tells each event once, newest first, and counts what is new', () => {
    const { made, streams } = feed('4');
    const heard: number[] = [];
    made.onNotice(({ number }) => heard.push(number));
    made.start(() => undefined);
    streams[0]?.say('head.anchored', 4, { at: '2026-01-01T00:00:00Z', size: 3 });
    streams[0]?.say('import.finished', 5, { at: '2026-01-01T00:00:00Z', added: 2 });
    streams[0]?.say('import.finished', 5, { at: '2026-01-01T00:00:00Z', added: 2 });
    expect(made.read().notices.map(({ number }) => number)).toEqual([5, 4]);
    expect(made.read().unread).toBe(1);
    expect(heard).toEqual([5]);
  });

  it('goes on where it stopped and remembers what was read', () => {
    const { made, streams, urls, store } = feed('100');
    made.start(() => undefined);
    streams[0]?.say('case.notify', 120, { at: 'x', en: 'hello' });
    made.markRead();
    expect(store.get('credence/seen')).toBe('120');
    made.start(() => undefined);
    expect(urls).toEqual(['/v1/events?after=70', '/v1/events?after=120']);
    expect(streams[0]?.closed).toBe(true);
  });

  it('asks who is signed in when the node ends the stream for good, and survives data that is no JSON', () => {
    const { made, streams } = feed();
    let ended = 0;
    made.start(() => (ended += 1));
    streams[0]?.dispatchEvent(new MessageEvent('field.erased', { data: 'oops', lastEventId: '9' }));
    expect(made.read().notices[0]?.data).toEqual({});
    const stream = streams[0];
    if (stream) stream.readyState = 2;
    stream?.dispatchEvent(new Event('error'));
    expect(ended).toBe(1);
    expect(made.read().live).toBe(false);
    made.stop();
  });
});
