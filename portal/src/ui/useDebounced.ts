import { useEffect, useRef, useState } from 'react';

/** The value once it has been the same for a while; compared by what it says. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  const newest = useRef(value);
  newest.current = value;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(newest.current), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
