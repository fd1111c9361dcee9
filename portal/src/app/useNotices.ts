import { useSyncExternalStore } from 'react';
import { feed } from '../api/events';
import type { Feed } from '../api/events';

export function useNotices(): Feed {
  return useSyncExternalStore(feed().subscribe, feed().read);
}
