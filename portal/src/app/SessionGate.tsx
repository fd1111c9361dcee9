import type { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { feed } from '../api/events';
import { forgetAnswers, keepAnswers } from '../api/queries';
import { session } from '../api/session';
import { useSession } from './useSession';

// Forms are no part of the first load of whoever is signed in; the service worker has them when they are needed.
const NewPassword = lazy(() => import('./NewPassword').then((m) => ({ default: m.NewPassword })));
const SignInAgain = lazy(() => import('./SignInAgain').then((m) => ({ default: m.SignInAgain })));
const SignInPage = lazy(() => import('./SignInPage').then((m) => ({ default: m.SignInPage })));

interface Props {
  readonly queries: QueryClient;
  readonly children: ReactNode;
}

/** Shows the page to whoever is signed in, and keeps it while somebody signs in again. */
export function SessionGate({ queries, children }: Props) {
  const { phase, who } = useSession();
  const user = who?.id ?? null;
  const before = useRef<string | null>(null);

  useEffect(() => {
    if (user === null) {
      feed().stop();
      if (before.current !== null) void forgetAnswers(queries);
      before.current = null;
      return undefined;
    }
    // Another person at the same screen sees nothing of the first one's answers.
    const ready = before.current !== null && before.current !== user ? forgetAnswers(queries) : Promise.resolve();
    before.current = user;
    feed().start(() => void session.resume().catch(() => undefined));
    const keeping = ready.then(() => keepAnswers(queries, user));
    return () => void keeping.then((stop) => stop());
  }, [user, queries]);

  if (who === null) return <SignInPage />;
  if (who.must_change_password) return <NewPassword />;
  return (
    <>
      {children}
      {/* A boundary of its own: the page below must not go away while this is fetched. */}
      <Suspense fallback={null}>{phase === 'expired' && <SignInAgain open name={who.name} />}</Suspense>
    </>
  );
}
