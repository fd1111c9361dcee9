import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  /** What can be done here; right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: its title, what it is for, what can be done, and the rest. */
export function Page({ title, lead, actions, children }: Props) {
  const { t } = useTranslation('common');
  useEffect(() => {
    document.title = t('windowTitle', { title });
  }, [t, title]);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div className="row no-print">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
