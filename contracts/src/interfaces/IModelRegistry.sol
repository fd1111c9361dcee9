// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice One round of federated training, as its steward records it
/// @dev `record` is the SHA-256 of the canonical round record (format credence-model-round/1), which names the committee
///      and every member's contribution; the other fields are parts of it that the contract checks or readers look for.
struct ModelRound {
    uint64 number;
    uint32 committeeSize;
    uint32 contributors;
    uint128 weight;
    uint64 epsilonMicro;
    bytes32 record;
    bytes32 previous;
    bytes32 modelBefore;
    bytes32 modelAfter;
    bytes32 committee;
    bytes32 code;
}

/// @notice Where a run stands
struct ModelRun {
    OrgId steward;
    uint64 rounds;
    uint64 recordedAt;
    bytes32 record;
    bytes32 model;
    bytes32 code;
}

/// @title IModelRegistry
/// @notice How a federated model came about: an append-only chain of rounds for every run
interface IModelRegistry {
    /// @notice A round is recorded and will stay
    event RoundRecorded(bytes32 indexed run, OrgId indexed steward, uint64 indexed number, ModelRound round);
    /// @notice A member may record runs from now on, or no longer
    event StewardSet(OrgId indexed org, bool may);

    /// @notice Thrown when the caller's key may not record for the steward now
    error NotStewardKey(OrgId steward, address caller);
    /// @notice Thrown when a member that is no steward records, or another one than began the run
    error NotSteward(bytes32 run, OrgId steward);
    /// @notice Thrown when a round does not follow the newest one: number, record before, model before and code
    error RoundOutOfOrder(bytes32 run, uint64 rounds, uint64 given);
    /// @notice Thrown when the round does not start from the record, model or code that the newest one ended with
    error BrokenChain(bytes32 run, uint64 number, bytes32 expected, bytes32 given);
    /// @notice Thrown when fewer than three contributed, or more than are in the committee, or nothing was weighed
    error RoundRefused(bytes32 run, uint64 number);
    /// @notice Thrown while the registry is paused
    error RecordingPaused();
    /// @notice Thrown when the registry's address holds no contract
    error RegistryMissing(address registry);

    /// @notice Let an active member record runs, or no longer; by the admin
    function setSteward(OrgId org, bool may) external;

    /// @notice Record the next round of a run
    /// @param run the run's name: SHA-256 of its plan
    /// @param steward whose run it is; the caller's key must be registered to it for anchoring
    /// @return recorded false when exactly this record stands at this number already: then nothing changes
    function record(bytes32 run, OrgId steward, ModelRound calldata round) external returns (bool recorded);

    /// @notice Where a run stands; all zero when nothing of it was recorded
    function runOf(bytes32 run) external view returns (ModelRun memory);

    /// @notice The record of a round, 1 the first; zero when there is none
    function recordAt(bytes32 run, uint64 number) external view returns (bytes32);

    /// @notice Whether a member may record runs
    function isSteward(OrgId org) external view returns (bool);

    /// @notice The registry whose keys and members count here
    function registry() external view returns (IMemberRegistry);
}
