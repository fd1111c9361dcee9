/** Every screen, one line each. `load` is fetched when somebody goes there; `nav` is where the menu shows it. */
import type { ComponentType } from 'react';
import type { Who } from '../api/session';

type Load = () => Promise<{ default: ComponentType }>;
export type Group = 'watch' | 'own' | 'verify' | 'audit' | 'govern' | 'house';

export interface View {
  /** Name in `shell:nav.<key>`. */
  readonly key: string;
  readonly path: string;
  /** The permission without which the node would refuse what the screen asks. */
  readonly needs: string;
  /** Whose menu it is in; anybody with the permission may still open it by address. */
  readonly roles: readonly string[];
  /** What the organisation must be to the network for the menu to show it. */
  readonly member?: string;
  /** Absent for screens that are reached from others. */
  readonly nav?: Group;
  readonly load: Load;
}

const PURCHASER = ['purchaser'];
export const SUPPLIER = ['supplier-quality', 'operator'];
const ENGINEER = ['engineer', 'supplier-quality'];
const BANK = ['bank-officer'];
const AUDITOR = ['auditor'];
export const STEWARD = ['steward'];
export const ADMIN = ['admin'];

export const VIEWS: readonly View[] = [
  { key: 'suppliers', path: 'suppliers', needs: 'scores:read', roles: [...PURCHASER, ...BANK, ...AUDITOR], nav: 'watch', load: () => import('../views/suppliers/SuppliersPage') },
  { key: 'supplier', path: 'suppliers/:lei', needs: 'scores:read', roles: PURCHASER, load: () => import('../views/supplier/SupplierPage') },
  { key: 'compare', path: 'suppliers/compare', needs: 'scores:read', roles: PURCHASER, load: () => import('../views/compare/ComparePage') },
  { key: 'alerts', path: 'alerts', needs: 'scores:read', roles: PURCHASER, nav: 'watch', load: () => import('../views/alerts/AlertsPage') },
  { key: 'own-score', path: 'own-score', needs: 'scores:read', roles: SUPPLIER, member: 'supplier', nav: 'own', load: () => import('../views/own/OwnScorePage') },
  { key: 'upload', path: 'upload', needs: 'imports:write', roles: SUPPLIER, nav: 'own', load: () => import('../views/upload/UploadPage') },
  { key: 'repairs', path: 'repairs', needs: 'cases:read', roles: [...SUPPLIER, 'accredited-signer', 'engineer', ...PURCHASER], nav: 'own', load: () => import('../views/cases/CasesPage') },
  { key: 'case', path: 'cases/:case', needs: 'cases:read', roles: SUPPLIER, load: () => import('../views/cases/CasePage') },
  { key: 'causes', path: 'causes', needs: 'causes:read', roles: ENGINEER, nav: 'own', load: () => import('../views/causes/CausesPage') },
  { key: 'cause', path: 'causes/:cause', needs: 'causes:read', roles: ENGINEER, load: () => import('../views/cause/CausePage') },
  { key: 'cause-graph', path: 'causes/graph', needs: 'causes:read', roles: ENGINEER, load: () => import('../views/graph/GraphPage') },
  { key: 'federation', path: 'federation', needs: 'training:read', roles: ['engineer', ...STEWARD], nav: 'own', load: () => import('../views/federation/FederationPage') },
  { key: 'training-run', path: 'federation/:run', needs: 'training:read', roles: ['engineer', ...STEWARD], load: () => import('../views/federation/RunPage') },
  { key: 'models', path: 'models', needs: 'training:read', roles: ['engineer', ...STEWARD], nav: 'own', load: () => import('../views/models/ModelsPage') },
  { key: 'model', path: 'models/:name/:version', needs: 'training:read', roles: ['engineer', ...STEWARD], load: () => import('../views/models/ModelPage') },
  { key: 'sharing', path: 'sharing', needs: 'statements:read', roles: SUPPLIER, nav: 'own', load: () => import('../views/sharing/SharingPage') },
  { key: 'policies', path: 'policies', needs: 'scores:read', roles: [...STEWARD, ...PURCHASER], nav: 'govern', load: () => import('../views/policies/PoliciesPage') },
  { key: 'governance', path: 'governance', needs: 'governance:read', roles: STEWARD, nav: 'govern', load: () => import('../views/governance/GovernancePage') },
  { key: 'members', path: 'members', needs: 'members:read', roles: [...STEWARD, ...PURCHASER, ...ADMIN, ...AUDITOR], nav: 'govern', load: () => import('../views/members/MembersPage') },
  { key: 'people', path: 'people', needs: 'users:read', roles: ADMIN, nav: 'house', load: () => import('../views/people/PeoplePage') },
  { key: 'accesses', path: 'accesses', needs: 'self', roles: [...ADMIN, ...STEWARD, ...AUDITOR, ...SUPPLIER, ...PURCHASER], nav: 'house', load: () => import('../views/accesses/AccessesPage') },
  { key: 'verify', path: 'verify', needs: 'proofs:verify', roles: [...BANK, ...PURCHASER, ...AUDITOR], nav: 'verify', load: () => import('../views/verify/VerifyPage') },
  { key: 'watch', path: 'watch', needs: 'proofs:verify', roles: BANK, nav: 'verify', load: () => import('../views/watch/WatchPage') },
  { key: 'audit-log', path: 'audit/logs', needs: 'log:read', roles: AUDITOR, nav: 'audit', load: () => import('../views/audit/LogsPage') },
  { key: 'audit-proof', path: 'audit/proof', needs: 'proofs:verify', roles: [...AUDITOR, ...BANK], nav: 'audit', load: () => import('../views/audit/ProofPage') },
  { key: 'audit-gaps', path: 'audit/gaps', needs: 'scores:read', roles: AUDITOR, nav: 'audit', load: () => import('../views/audit/GapsPage') },
  { key: 'audit-policies', path: 'audit/policies', needs: 'scores:read', roles: AUDITOR, nav: 'audit', load: () => import('../views/audit/PolicyHistoryPage') },
  { key: 'audit-recompute', path: 'audit/recompute', needs: 'proofs:verify', roles: [...AUDITOR, ...BANK], nav: 'audit', load: () => import('../views/audit/RecomputePage') },
  { key: 'audit-report', path: 'audit/report', needs: 'audit:run', roles: AUDITOR, nav: 'audit', load: () => import('../views/audit/ReportPage') },
];

/** Whether the node would let this person use the screen. */
export function allowed(who: Who, view: View): boolean {
  return who.permissions.some((one) => one === view.needs);
}

/** Whether the screen belongs in this person's menu; `organisation` is what their organisation is, none while that is not known. */
export function offered(who: Who, view: View, organisation: readonly string[] = []): boolean {
  if (view.member !== undefined && organisation.length > 0 && !organisation.includes(view.member)) return false;
  return view.nav !== undefined && allowed(who, view) && who.roles.some((role) => view.roles.includes(role));
}

const FIRST: Readonly<Record<string, string>> = {
  engineer: 'causes',
  purchaser: 'suppliers',
  'supplier-quality': 'own-score',
  operator: 'upload',
  'bank-officer': 'verify',
  auditor: 'audit-log',
  steward: 'policies',
  admin: 'people',
};

/** Where a person begins: the one thing of their role, else the first screen of their menu. */
export function home(who: Who, views: readonly View[] = VIEWS): string {
  const menu = views.filter((view) => offered(who, view));
  const wanted = Object.entries(FIRST).flatMap(([role, key]) => (who.roles.some((one) => one === role) ? [key] : []));
  const first = wanted.flatMap((key) => menu.find((view) => view.key === key) ?? [])[0] ?? menu[0];
  return first === undefined ? '/account' : `/${first.path}`;
}
