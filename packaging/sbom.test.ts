import { expect, it } from 'vitest';
import { packageSbom, parseSbom, type Sbom } from './sbom.ts';

function sbomOf(components: Readonly<Record<string, readonly string[]>>): Sbom {
  return parseSbom(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      metadata: { component: { 'bom-ref': 'slipway@1.0.0', name: 'folder' } },
      components: Object.keys(components).map((ref) => ({ 'bom-ref': ref, purl: `pkg:npm/${ref}` })),
      dependencies: [
        { ref: 'slipway@1.0.0', dependsOn: Object.keys(components) },
        ...Object.entries(components).map(([ref, dependsOn]) => ({ ref, dependsOn })),
      ],
    }),
  );
}

const EVERYTHING = sbomOf({
  'pino@10.0.0': ['atomic-sleep@1.0.0'],
  'atomic-sleep@1.0.0': [],
  'react@19.0.0': [],
  'vitest@5.0.0': ['react@19.0.0'],
  'electron@45.0.0': ['extract-zip@2.0.0'],
  'electron-updater@6.0.0': [],
  'extract-zip@2.0.0': [],
});
const RUNTIME = sbomOf({ 'pino@10.0.0': ['atomic-sleep@1.0.0'], 'atomic-sleep@1.0.0': [] });
const BUNDLED = [{ name: 'react', version: '19.0.0' }];

it('a bill of materials holds the dependencies, what is bundled and Electron, and no tools', () => {
  const sbom = packageSbom(EVERYTHING, RUNTIME, BUNDLED);
  const shipped = ['pino@10.0.0', 'atomic-sleep@1.0.0', 'react@19.0.0', 'electron@45.0.0'];
  expect(sbom.components.map((component) => component['bom-ref'])).toEqual(shipped);
  expect(sbom.dependencies).toContainEqual({ ref: 'slipway@1.0.0', dependsOn: shipped });
  expect(sbom.dependencies).toContainEqual({ ref: 'electron@45.0.0', dependsOn: [] });
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'slipway' } } });
});

it('a bill of materials is refused for a build of other packages than those that are installed', () => {
  const bundled = [{ name: 'react', version: '18.0.0' }];
  expect(() => packageSbom(EVERYTHING, RUNTIME, bundled)).toThrow(
    'holds react@18.0.0, which is not installed',
  );
});
