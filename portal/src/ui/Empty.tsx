import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';

interface Props {
  readonly title: string;
  /** The next step, in a sentence. */
  readonly hint: string;
  readonly action?: { readonly label: string; readonly to: string } | { readonly label: string; readonly onClick: () => void };
  readonly children?: ReactNode;
}

/** Nothing here yet: what it will show, and the next step. */
export function Empty({ title, hint, action, children }: Props) {
  return (
    <div className="empty">
      <svg width="72" height="48" viewBox="0 0 72 48" aria-hidden="true">
        <path d="M4 44V30M20 44V20M36 44V26M52 44V10M68 44V18" stroke="currentColor" strokeWidth="5" strokeLinecap="round" strokeDasharray="1 9" />
      </svg>
      <h3>{title}</h3>
      <p>{hint}</p>
      {action !== undefined && <Act {...action} />}
      {children}
    </div>
  );
}

function Act(action: NonNullable<Props['action']>) {
  return 'to' in action ? (
    <Link to={action.to} label={action.label} />
  ) : (
    <Button type="primary" onClick={action.onClick}>
      {action.label}
    </Button>
  );
}

function Link({ to, label }: { readonly to: string; readonly label: string }) {
  const go = useNavigate();
  return (
    <Button type="primary" onClick={() => void go(to)}>
      {label}
    </Button>
  );
}
