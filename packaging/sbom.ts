import { z } from 'zod';
import type { BundledPackage } from './third-party.ts';

/** The parts of a CycloneDX document that are read or changed; the others stay: https://cyclonedx.org/docs/1.5/json/ */
const sbomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), name: z.string() }) }),
  components: z.array(z.looseObject({ 'bom-ref': z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

export type Sbom = z.infer<typeof sbomSchema>;

/** Reads what `npm sbom --sbom-format cyclonedx` prints. Throws where it is something else. */
export function parseSbom(json: string): Sbom {
  return sbomSchema.parse(JSON.parse(json));
}

/**
 * The bill of materials of a package. `npm sbom --omit dev` alone would miss most of it: what is bundled is a
 * development dependency, and so is Electron.
 *
 * @param everything of all packages of the checkout
 * @param runtime of the dependencies, which are in the package as they are
 * @param bundled what is in the bundles
 */
export function packageSbom(everything: Sbom, runtime: Sbom, bundled: readonly BundledPackage[]): Sbom {
  const known = new Set(everything.components.map((component) => component['bom-ref']));
  const bundledRefs = bundled.map(({ name, version }) => `${name}@${version}`);
  const missing = bundledRefs.find((ref) => !known.has(ref));
  if (missing !== undefined) {
    throw new Error(`The built app holds ${missing}, which is not installed. Build it again.`);
  }
  const electron = [...known].filter((ref) => /^electron@\d/.test(ref));
  const shipped = new Set([
    ...electron,
    ...bundledRefs,
    ...runtime.components.map((component) => component['bom-ref']),
  ]);
  const app = everything.metadata.component;
  return {
    ...everything,
    metadata: { ...everything.metadata, component: { ...app, type: 'application', name: 'slipway' } },
    components: everything.components.filter((component) => shipped.has(component['bom-ref'])),
    dependencies: everything.dependencies
      .filter(({ ref }) => shipped.has(ref) || ref === app['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => shipped.has(other)) })),
  };
}
