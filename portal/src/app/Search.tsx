import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import type { InputRef } from 'antd';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, take } from '../api/client';
import { allowed, VIEWS } from './routes';
import { useMenu } from './useMenu';
import { useMay, useWho } from './useSession';

interface Hit {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly to: string;
}

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Screens and suppliers by a few letters, from anywhere, without the mouse. */
export function Search({ open, onClose }: Props) {
  const { t } = useTranslation('shell');
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = useDeferredValue(text.trim());
  const go = useNavigate();
  const who = useWho();
  const menu = useMenu();
  const field = useRef<InputRef>(null);
  const readsScores = useMay('scores:read');
  const suppliers = useQuery({
    queryKey: ['search', wanted],
    queryFn: () => take(api.GET('/v1/suppliers', { params: { query: { name: wanted, limit: 8 } } })),
    enabled: open && wanted.length > 0 && readsScores && VIEWS.some((view) => view.key === 'supplier' && allowed(who, view)),
    meta: { keep: false },
  });
  const hits = useMemo<readonly Hit[]>(() => {
    const screens = menu.map((view) => ({
      key: view.key, label: t(`nav.${view.key}`), hint: t(`group.${view.nav}`), to: `/${view.path}`,
    }));
    const fits = screens.filter(({ label }) => label.toLowerCase().includes(wanted.toLowerCase()));
    const found = (wanted === '' ? [] : (suppliers.data?.items ?? [])).map(({ lei, name }) => ({ key: lei, label: name, hint: lei, to: `/suppliers/${lei}` }));
    return [...found, ...fits];
  }, [menu, suppliers.data, t, wanted]);
  useEffect(() => setAt(0), [wanted]);

  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    setText('');
    void go(hit.to);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((at + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === 'Enter') choose(hits[at]);
  };

  return (
    <Modal open={open} onCancel={onClose} footer={null} closable={false} title={<span className="hidden-label">{t('search.open')}</span>} className="search" afterOpenChange={(shown) => shown && field.current?.focus()}>
      <Input
        ref={field}
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={t('search.hint')}
        aria-label={t('search.open')}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="search-hits"
        aria-activedescendant={hits[at] && `hit-${hits[at].key}`}
        value={text}
        maxLength={80}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
      />
      <ul id="search-hits" role="listbox" aria-label={t('search.hits')} className="search-hits">
        {hits.map((hit, n) => (
          <li key={hit.key} id={`hit-${hit.key}`} role="option" aria-selected={n === at} onMouseMove={() => setAt(n)} onClick={() => choose(hit)}>
            <span>{hit.label}</span>
            <span className="soft small">{hit.hint}</span>
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p className="soft search-none">{t('search.none')}</p>}
    </Modal>
  );
}
