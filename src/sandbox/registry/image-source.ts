/** What the sandbox knows about one image: of an index, the image for linux/amd64 or else its first image. */
export interface ImageFacts {
  /** Of the manifest or index that the reference names. */
  readonly digest: string;
  /** The repository's name, without a registry. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** From the image's configuration. */
  readonly labels: Readonly<Record<string, string>>;
  /** In the words of the OCI configuration: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly os: string;
  /** Compressed size of all layers in bytes, as ECR's `imageSizeInBytes`. */
  readonly sizeInBytes: number;
  readonly createdAt?: Date;
}

/** Where the simulated ECS looks images up. */
export interface ImageSource {
  /**
   * Finds the image of `host:port/repository:tag`, `host:port/repository@sha256:...`,
   * `123456789012.dkr.ecr.us-east-1.amazonaws.com/repository:tag` or a bare `repository:tag`; `latest` when the
   * reference has neither tag nor digest. Undefined: there is no such image.
   */
  resolve(imageReference: string): ImageFacts | undefined;
}

/** An image as a scenario describes it. */
export interface SeedImage {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `amd64` unless told otherwise. */
  readonly architecture?: string;
  readonly createdAt: Date;
  readonly pushedAt: Date;
  /**
   * Size in bytes of the layer that is the image's own, above a base layer of 18 MB that all seeded images share. Kept
   * small by scenarios, because it really exists.
   */
  readonly layerBytes?: number;
}

/** How a scenario fills the registry. */
export interface ImageSeeder {
  /** Writes a whole image: manifest, configuration and layer. Creates the repository when it is missing. */
  seedImage(image: SeedImage): ImageFacts;
  createRepository(name: string, options?: { readonly immutable?: boolean }): void;
  /** Turns enhanced scanning on for the images of a repository that are seeded or pushed from then on. */
  scanContinuously(repository: string): void;
}
