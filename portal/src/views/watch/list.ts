/**
 * The bank's watch list: kept in this browser, because it is nobody else's business whom a bank watches. Each entry is an
 * attestation that was verified here once; a later look asks the chain again and says what became of it.
 */
import { get, set } from 'idb-keyval';
import { useCallback, useEffect, useState } from 'react';
import { useWho } from '../../app/useSession';
import { hex0xEncode, hexEncode } from '../../verify/bytes';
import type { Judged } from '../verify/judge';

export interface Watched {
  readonly uid: string;
  /** The organisation on chain, hexadecimal. */
  readonly subject: string;
  /** LEI or LEI/SITE, when the credential said it. */
  readonly name: string;
  readonly issuer: string;
  /** Micro-points when it was put on the list. */
  readonly points: number;
  readonly low: number;
  /** Seconds since 1970. */
  readonly expires: number;
  /** Alert when the lower bound of a newer score falls below this, micro-points. */
  readonly floor: number;
  readonly added: string;
}

const FIRST_FLOOR = 75_000_000;

/** The entry for what was verified; null when there is nothing to watch. */
export function watchedOf(judged: Judged, now = new Date()): Watched | null {
  const { attestation, credential, issuer, verified } = judged.report;
  if (!verified || attestation === null || issuer === null) return null;
  const { claim } = attestation;
  const sub = credential?.claims.sub;
  return {
    uid: hex0xEncode(attestation.uid),
    subject: hexEncode(claim.subject),
    name: typeof sub === 'string' ? sub : '',
    issuer: issuer.name,
    points: claim.points,
    low: claim.low,
    expires: Number(attestation.expires),
    floor: FIRST_FLOOR,
    added: now.toISOString(),
  };
}

export interface WatchList {
  readonly list: readonly Watched[];
  readonly ready: boolean;
  readonly add: (entry: Watched) => void;
  readonly remove: (uid: string) => Watched | null;
  readonly change: (uid: string, floor: number) => void;
}

/** The list of the signed-in person. */
export function useWatchList(): WatchList {
  const { name } = useWho();
  const key = `watch/1/${name}`;
  const [state, setState] = useState<{ list: readonly Watched[]; ready: boolean }>({ list: [], ready: false });
  useEffect(() => {
    let gone = false;
    get<readonly Watched[]>(key).then(
      (kept) => !gone && setState({ list: kept ?? [], ready: true }),
      () => !gone && setState({ list: [], ready: true }),
    );
    return () => {
      gone = true;
    };
  }, [key]);
  const write = useCallback(
    (list: readonly Watched[]) => {
      setState({ list, ready: true });
      void set(key, list).catch(() => undefined);
    },
    [key],
  );
  const { list } = state;
  return {
    ...state,
    add: (entry) => write([entry, ...list.filter((one) => one.uid !== entry.uid)]),
    remove: (uid) => {
      write(list.filter((one) => one.uid !== uid));
      return list.find((one) => one.uid === uid) ?? null;
    },
    change: (uid, floor) => write(list.map((one) => (one.uid === uid ? { ...one, floor } : one))),
  };
}
