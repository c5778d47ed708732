/** Sign-ins have no FIPS endpoints outside of GovCloud. The SDK would look into the default profile. */
export const USUAL_ENDPOINTS = { useFipsEndpoint: false, useDualstackEndpoint: false } as const;
