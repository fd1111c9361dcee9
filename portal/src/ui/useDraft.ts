import { useCallback, useState } from 'react';

const PREFIX = 'credence/draft/';

/** What somebody types, kept in this tab until it is sent: a reload or a crash loses nothing. */
export function useDraft<T>(key: string, initial: T): readonly [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = sessionStorage.getItem(PREFIX + key);
    try {
      return kept === null ? initial : (JSON.parse(kept) as T);
    } catch {
      return initial;
    }
  });
  const write = useCallback(
    (next: T) => {
      setValue(next);
      sessionStorage.setItem(PREFIX + key, JSON.stringify(next));
    },
    [key],
  );
  const forget = useCallback(() => {
    sessionStorage.removeItem(PREFIX + key);
    setValue(initial);
  }, [initial, key]);
  return [value, write, forget];
}
