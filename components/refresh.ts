/** Whether this run was asked to look at what no state knows (`up --refresh`): Pulumi does not tell a program, setup/lifecycle.sh does. */
export const refreshes: boolean = process.env.AGENT_SANDBOX_REFRESH === "1";
