import { CustomerDetail } from './customer-detail.tsx';
import { CustomerList } from './customer-list.tsx';
import { ImportPage } from './import-page.tsx';

/** Who is billed to which Oracle account: the list, one customer, or a file of links. */
export function CustomersPage({ params }: { params: Record<string, string> }) {
  if (params.customer) return <CustomerDetail key={params.customer} id={params.customer} />;
  if (params.view === 'import') return <ImportPage />;
  return <CustomerList params={params} />;
}
