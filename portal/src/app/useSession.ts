import { useSyncExternalStore } from 'react';
import { session } from '../api/session';
import type { SessionState, Who } from '../api/session';

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.read);
}

/** The signed-in person; only below the shell, which shows nothing without one. */
export function useWho(): Who {
  const { who } = useSession();
  if (who === null) throw new Error('nobody is signed in');
  return who;
}

export function useMay(permission: string): boolean {
  const { who } = useSession();
  return who?.permissions.some((one) => one === permission) ?? false;
}
