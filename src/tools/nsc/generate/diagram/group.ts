import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({ name: 'diagram', help: 'Draw the store as a PlantUML diagram' });
