import { useEffect, useState } from 'react';

/** Whether the list stands elsewhere than a moment ago, by more rows than it shows, and still moves. Rows are then drawn with
 * their names only, as nobody reads what flies by; the rest follows when the list rests. */
export function useJump(first: number, shown: number, moving: boolean): boolean {
  const [rest, setRest] = useState(first);
  const far = moving && Math.abs(first - rest) > shown;
  useEffect(() => {
    if (!moving || Math.abs(first - rest) <= shown) setRest(first);
  }, [first, moving, rest, shown]);
  return far;
}
