import { AppTheme } from '../src/app/app-theme.tsx';
import { ColorSchemeButton } from '../src/app/color-scheme-button.tsx';
import { Page } from '../src/ui/page.tsx';
import type { GalleryState } from './states-of.tsx';

/** Every state in a frame of its own, so that each has a window for itself. */
export function Overview({ states }: { readonly states: readonly GalleryState[] }) {
  return (
    <AppTheme>
      <Page title="Gallery" actions={<ColorSchemeButton />}>
        {states.map(({ name }) => (
          <section key={name} style={{ padding: '0 14px 24px' }}>
            <h2>
              <a href={`#${name}`}>{name}</a>
            </h2>
            <iframe
              title={name}
              src={`?frame#${name}`}
              loading="lazy"
              style={{ width: '100%', height: 520, border: '1px solid var(--line)' }}
            />
          </section>
        ))}
      </Page>
    </AppTheme>
  );
}
