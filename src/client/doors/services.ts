/** Services and how to ask them: `natsbox/client/services` (ADR-32). */
export {
  type AskOptions,
  addService,
  askServices,
  type EndpointInfo,
  type EndpointOptions,
  type EndpointStats,
  type PingAnswer,
  respondError,
  type Service,
  type ServiceIdentity,
  type ServiceInfo,
  type ServiceOptions,
  type ServiceStats,
  type ServiceVerb,
  serviceSubject,
} from '../service.ts';
