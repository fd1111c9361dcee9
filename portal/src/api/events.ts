/** What happens at the node, as it happens: the event stream, kept as the newest notices. */
export interface Notice {
  readonly number: number;
  readonly type: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Feed {
  readonly notices: readonly Notice[];
  readonly unread: number;
  readonly live: boolean;
}

const MOST = 200;
const SEEN = 'credence/seen';

/** Types that the node sends; a stream names each event, and a browser hands over only the names asked for. */
export const EVENT_TYPES = [
  'statements.added',
  'head.anchored',
  'head.reaffirmed',
  'import.finished',
  'field.erased',
  'case.notify',
  'case.sign-request',
  'case.closed',
  'case.delayed',
  'case.refused',
  'chore.failed',
  'chore.halted',
  'model.added',
  'model.released',
  'model.stopped',
  'model.assessed',
  'model.drifted',
  'model.counts-again',
  'training.started',
  'training.stopped',
  'training.resumed',
  'training.left',
  'training.contributions',
  'federation.members',
  'plant.paused',
  'plant.resumed',
  'plant.left',
  'account-locked',
] as const;

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

/** Listens while somebody is signed in; goes on by itself after a break, from where it stopped. */
export class EventFeed {
  private feed: Feed = { notices: [], unread: 0, live: false };
  private source: Source | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly heard = new Set<(notice: Notice) => void>();

  constructor(
    private readonly open: (url: string) => Source = (url) => new EventSource(url),
    private readonly store: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {}

  readonly read = (): Feed => this.feed;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Be told of each new event once. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.heard.add(listener);
    return () => this.heard.delete(listener);
  }

  /** @param ended called when the node closes the stream for good, as it does when a session has ended. */
  start(ended: () => void): void {
    this.stop();
    const source = this.open(`/v1/events?after=${this.newest()}`);
    this.source = source;
    source.addEventListener('open', () => this.become({ ...this.feed, live: true }));
    source.addEventListener('error', () => {
      this.become({ ...this.feed, live: false });
      if (source.readyState !== 2) return;
      ended();
      this.again = setTimeout(() => this.start(ended), 5_000);
    });
    for (const type of EVENT_TYPES) source.addEventListener(type, (event) => this.take(type, event as MessageEvent));
  }

  stop(): void {
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }

  markRead(): void {
    this.store.setItem(SEEN, String(this.newest()));
    this.become({ ...this.feed, unread: 0 });
  }

  private newest(): number {
    return this.feed.notices[0]?.number ?? Math.max(0, this.seen() - 30);
  }

  private seen(): number {
    return Number(this.store.getItem(SEEN) ?? '0') || 0;
  }

  private take(type: string, event: MessageEvent): void {
    const number = Number(event.lastEventId);
    if (this.feed.notices.some((one) => one.number === number)) return;
    const { at, ...data } = parsed(event.data);
    const notice: Notice = { number, type, at: String(at ?? ''), data };
    const notices = [notice, ...this.feed.notices].slice(0, MOST);
    const fresh = number > this.seen();
    this.become({ ...this.feed, notices, unread: this.feed.unread + (fresh ? 1 : 0) });
    if (fresh) for (const listener of this.heard) listener(notice);
  }

  private become(feed: Feed): void {
    this.feed = feed;
    for (const listener of this.listeners) listener();
  }
}

function parsed(data: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

let shared: EventFeed | null = null;

/** The page's one feed; made when first asked for. */
export function feed(): EventFeed {
  shared ??= new EventFeed();
  return shared;
}
