// The peer of the benchmark: a page of Ant Design as its documentation builds it. It is no part of the portal.
import 'antd/dist/reset.css';
import { Layout, Menu, Table, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Supplier {
  readonly lei: string;
  readonly name: string;
  readonly score: { readonly card: { readonly points: number } };
}

function Plain() {
  const [rows, setRows] = useState<readonly Supplier[]>([]);
  useEffect(() => {
    void fetch('/v1/suppliers?limit=500')
      .then((answer) => answer.json())
      .then((page: { items: Supplier[] }) => setRows(page.items));
  }, []);
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <Layout.Sider theme="light">
        <Menu items={['1', '2', '3', '4'].map((key) => ({ key, label: key }))} />
      </Layout.Sider>
      <Layout.Content style={{ padding: 24 }}>
        <Typography.Title level={2}>{rows.length}</Typography.Title>
        <Table rowKey="lei" pagination={{ pageSize: 20 }} dataSource={[...rows]} columns={[{ title: 'LEI', dataIndex: 'lei' }, { title: 'Name', dataIndex: 'name' }, { title: 'Points', render: (row: Supplier) => row.score.card.points / 1e6 }]} />
      </Layout.Content>
    </Layout>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Plain />);
