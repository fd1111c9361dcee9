/** The sign of the product: an open ring that a proof closes. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return <img src="/mark.svg" width={size} height={size} alt="" style={{ display: 'block' }} />;
}
