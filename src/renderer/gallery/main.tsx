import '../src/ui/mantine.css';
import '@mantine/notifications/styles.css';
import '../src/ui/tokens.css';
import { createRoot } from 'react-dom/client';
import { Overview } from './overview.tsx';
import { GALLERY } from './states.tsx';

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root element.');
const root = createRoot(element);

window.addEventListener('hashchange', show);
show();

/** One state where the address names it, such as `#services/empty`; all of them otherwise. */
function show(): void {
  const name = decodeURIComponent(window.location.hash.slice(1));
  const state = GALLERY.find((each) => each.name === name);
  document.documentElement.dataset.state = name;
  root.render(
    state === undefined ? (
      <Overview states={GALLERY} />
    ) : (
      <div key={name} style={{ height: '100%' }}>
        {state.render()}
      </div>
    ),
  );
}
