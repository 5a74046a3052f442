// Answers of services.
import { filled, i64, type JsonSchema, kind, list, map, nothing, shape, str, time } from './build.ts';

const serviceName: JsonSchema = { ...str, pattern: '^[a-zA-Z0-9_-]+$', minLength: 1 };

const semver: JsonSchema = {
  ...str,
  pattern:
    '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$',
  minLength: 5,
};

const optionalMetadata: JsonSchema = { oneOf: [map(str), nothing] };

const endpointInfo: JsonSchema = shape('name subject', {
  name: serviceName,
  subject: filled,
  metadata: optionalMetadata,
  queue_group: str,
});

const endpointStats: JsonSchema = shape(
  'name subject num_requests num_errors last_error processing_time average_processing_time',
  {
    name: serviceName,
    subject: filled,
    num_requests: i64,
    num_errors: i64,
    last_error: str,
    processing_time: i64,
    average_processing_time: i64,
    queue_group: str,
    data: {},
  },
);

/** io.nats.micro.v1 */
export const micro: Readonly<Record<string, JsonSchema>> = {
  info_response: shape('type name id version description', {
    type: kind,
    name: serviceName,
    id: filled,
    version: semver,
    metadata: optionalMetadata,
    description: str,
    endpoints: list(endpointInfo),
  }),
  ping_response: shape('type name id version', {
    type: kind,
    name: serviceName,
    id: filled,
    version: semver,
    metadata: optionalMetadata,
  }),
  stats_response: shape('type name id version started endpoints', {
    type: kind,
    name: serviceName,
    id: filled,
    version: semver,
    metadata: optionalMetadata,
    started: time,
    endpoints: list(endpointStats),
  }),
};
