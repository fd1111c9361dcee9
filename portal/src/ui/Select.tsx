import { Select as AntSelect } from 'antd';
import type { SelectProps } from 'antd';
import { useCallback } from 'react';

type Value = string | number | boolean | readonly string[] | null | undefined;
type Option = NonNullable<SelectProps['options']>[number];

interface Props<V> extends Omit<SelectProps<V, Option>, 'aria-label' | 'popupRender'> {
  /** What is chosen here, for those who hear the page: the name of the field and of its list. */
  readonly label: string;
}

/**
 * A choice whose field and whose list have a name. antd's `aria-label` reaches the field alone, and the list is drawn
 * apart, at the end of the page; it is named where it stands, again whenever antd draws another one (no hit, other hits).
 */
export function Select<V = Value>({ label, ...rest }: Props<V>) {
  const named = useCallback(
    (place: HTMLElement | null) => {
      if (place === null) return undefined;
      const name = (): void => place.querySelectorAll('[role=listbox]').forEach((list) => list.setAttribute('aria-label', label));
      name();
      const watch = new MutationObserver(name);
      watch.observe(place, { childList: true, subtree: true });
      return () => watch.disconnect();
    },
    [label],
  );
  return <AntSelect<V, Option> {...rest} aria-label={label} popupRender={(list) => <div ref={named}>{list}</div>} />;
}
