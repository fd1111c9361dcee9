/** For the `ref` of what scrolls sideways in time: the newest stands in sight, the older is a swipe away. */
export function fromEnd(place: HTMLElement | null): void {
  if (place !== null) place.scrollLeft = place.scrollWidth;
}
