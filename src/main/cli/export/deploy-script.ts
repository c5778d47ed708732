import type { ReleaseTarget } from './release-target.ts';

/** The whole script, to be saved as deploy.sh. */
export function deployScript(target: ReleaseTarget): string {
  const usage =
    target.build === undefined ? 'deploys the image with this tag' : 'builds, pushes and deploys it';
  return `#!/usr/bin/env bash
# Releases ${target.service} of the cluster ${target.cluster}: ./deploy.sh [TAG] ${usage}.
# Without TAG: the variable IMAGE_TAG, or the git commit. Needs the AWS CLI, jq${target.build === undefined ? '' : ', Docker'} and bash.
# Exit codes: 0 success, 1 failed or rolled back, 2 refused, 4 time is up.
${releaseCommands(target)}`;
}

/** The commands of a release for bash. `$1` may be the tag. */
export function releaseCommands(target: ReleaseTarget): string {
  const { accountNumber, region, cluster, service, repository, registry, containers } = target;
  const host = registry === 'docker.io' ? '' : `${registry}/`;
  return `set -euo pipefail
# A command that fails ends the release: with 2 before ECS was changed, with 1 afterwards.
failed=2
trap 'exit "$failed"' ERR
export AWS_REGION=${word(region)} AWS_DEFAULT_REGION=${word(region)} AWS_PAGER=""
cluster=${word(cluster)}
service=${word(service)}
repository=${word(repository)}
containers=${word(JSON.stringify(containers))}
timeout_seconds="\${TIMEOUT_SECONDS:-900}"

account=$(aws sts get-caller-identity --query Account --output text)
if [ "$account" != ${word(accountNumber)} ]; then
  echo "These credentials belong to the account $account, not to ${accountNumber}. Nothing was sent." >&2
  exit 2
fi

tag="\${1:-\${IMAGE_TAG:-$(git rev-parse --short=12 HEAD)}}"
image="${host}$repository:$tag"
${buildCommands(target)}${ecrCheck(target)}
current=$(aws ecs describe-services --cluster "$cluster" --services "$service" \\
  --query 'services[0].taskDefinition' --output text)
if [ "$current" = None ]; then
  echo "The service $service does not exist in the cluster $cluster. Nothing was sent." >&2
  exit 2
fi

# The whole revision is kept, with another image in each container of the repository.
definition=$(mktemp)
trap 'rm -f "$definition"' EXIT
aws ecs describe-task-definition --task-definition "$current" --include TAGS --output json |
  jq --arg image "$image" --argjson containers "$containers" '
    (if (.tags // []) == [] then {} else {tags} end) as $tags
    | .taskDefinition
    | .containerDefinitions |= map(if .name as $name | $containers | index($name) then .image = $image else . end)
    | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities,
          .registeredAt, .registeredBy, .deregisteredAt)
    | . + $tags' > "$definition"
failed=1
revision=$(aws ecs register-task-definition --cli-input-json "file://$definition" \\
  --query taskDefinition.taskDefinitionArn --output text)
echo "Registered $revision with $image"
aws ecs update-service --cluster "$cluster" --service "$service" --task-definition "$revision" \\
  --query service.serviceArn --output text

# Only a deployment that completes is a success: one that was rolled back is no longer listed.
deadline=$((SECONDS + timeout_seconds))
while :; do
  state=$(aws ecs describe-services --cluster "$cluster" --services "$service" --output text \\
    --query "services[0].deployments[?taskDefinition=='$revision'] | [0].rolloutState") || state=unknown
  case "$state" in
    COMPLETED)
      echo "Deployed $image to $service"
      exit 0
      ;;
    FAILED | None | "")
      echo "The deployment of $image to $service failed or was rolled back. Latest events:" >&2
      aws ecs describe-services --cluster "$cluster" --services "$service" \\
        --query 'services[0].events[:5].message' --output text >&2 || true
      exit 1
      ;;
  esac
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "The deployment of $image to $service is still in progress after $timeout_seconds s." >&2
    exit 4
  fi
  sleep "\${POLL_SECONDS:-10}"
done
`;
}

function buildCommands({ build, ecr, registry }: ReleaseTarget): string {
  if (build === undefined) return '';
  const login =
    ecr === undefined
      ? ''
      : `aws ecr get-login-password --region ${ecr.region} | docker login --username AWS --password-stdin ${word(registry)}\n`;
  return `${login}docker build --tag "$image" ${word(build)}\ndocker push "$image"\n`;
}

/** A tag that does not exist would fail only once tasks start. */
function ecrCheck({ ecr }: ReleaseTarget): string {
  if (ecr === undefined) return '';
  const of = `--registry-id ${ecr.account} --region ${ecr.region}`;
  return `digest=$(aws ecr describe-images ${of} --repository-name "$repository" \\
  --image-ids "imageTag=$tag" --query 'imageDetails[0].imageDigest' --output text)
echo "$image is $digest"
`;
}

/** A word of a shell command, in single quotes where it needs them. */
function word(text: string): string {
  return /^[A-Za-z0-9_./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
