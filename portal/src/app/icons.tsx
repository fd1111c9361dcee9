import {
  AuditOutlined, BranchesOutlined, ClusterOutlined, BankOutlined, CloudUploadOutlined, ExperimentOutlined, FileDoneOutlined, FileProtectOutlined, IdcardOutlined,
  LineChartOutlined, NodeIndexOutlined, ShareAltOutlined, ShopOutlined, TeamOutlined, ToolOutlined, EyeOutlined, AppstoreOutlined,
  BellOutlined, CalculatorOutlined, DeploymentUnitOutlined, CalendarOutlined, KeyOutlined, ReconciliationOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

const ICONS: Readonly<Record<string, ReactNode>> = {
  suppliers: <ShopOutlined />,
  compare: <ReconciliationOutlined />,
  alerts: <BellOutlined />,
  'own-score': <LineChartOutlined />,
  upload: <CloudUploadOutlined />,
  repairs: <ToolOutlined />,
  causes: <BranchesOutlined />,
  federation: <ClusterOutlined />,
  models: <DeploymentUnitOutlined />,
  sharing: <ShareAltOutlined />,
  verify: <FileProtectOutlined />,
  watch: <EyeOutlined />,
  'audit-log': <NodeIndexOutlined />,
  'audit-proof': <FileDoneOutlined />,
  'audit-gaps': <CalendarOutlined />,
  'audit-recompute': <CalculatorOutlined />,
  'audit-policies': <ExperimentOutlined />,
  'audit-report': <AuditOutlined />,
  audit: <AuditOutlined />,
  bank: <BankOutlined />,
  policies: <ExperimentOutlined />,
  governance: <LineChartOutlined />,
  members: <TeamOutlined />,
  accesses: <KeyOutlined />,
  people: <IdcardOutlined />,
};

/** The icon of a screen in the menu. */
export function iconOf(key: string): ReactNode {
  return ICONS[key] ?? <AppstoreOutlined />;
}
