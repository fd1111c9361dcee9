// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IModelRegistry, ModelRound, ModelRun} from "./interfaces/IModelRegistry.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title ModelRegistry
/// @notice Rounds are only ever added, each from where the one before ended; not even the admin can change one
contract ModelRegistry is IModelRegistry, AccessControlDefaultAdminRules {
    uint32 private constant FEWEST = 3;

    /// @inheritdoc IModelRegistry
    IMemberRegistry public immutable registry;

    mapping(bytes32 run => mapping(uint64 number => bytes32)) private _records;
    mapping(bytes32 run => ModelRun) private _runs;
    /// @inheritdoc IModelRegistry
    mapping(OrgId org => bool) public isSteward;

    /// @param adminDelay seconds between the first and the second step of a change of admin
    /// @param admin names the stewards, nothing else
    constructor(IMemberRegistry registry_, uint48 adminDelay, address admin)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        if (address(registry_).code.length == 0) revert RegistryMissing(address(registry_));
        registry = registry_;
    }

    /// @inheritdoc IModelRegistry
    function setSteward(OrgId org, bool may) external onlyRole(DEFAULT_ADMIN_ROLE) {
        isSteward[org] = may;
        emit StewardSet(org, may);
    }

    /// @inheritdoc IModelRegistry
    function record(bytes32 run, OrgId steward, ModelRound calldata round) external returns (bool recorded) {
        // A retry after a lost answer changes nothing and needs no right.
        if (round.record != bytes32(0) && _records[run][round.number] == round.record) return false;
        _checkCaller(run, steward);

        ModelRun storage newest = _runs[run];
        uint64 rounds = newest.rounds;
        if (round.number != rounds + 1) revert RoundOutOfOrder(run, rounds, round.number);
        if (round.previous != newest.record) revert BrokenChain(run, round.number, newest.record, round.previous);
        if (rounds != 0) {
            if (round.modelBefore != newest.model) {
                revert BrokenChain(run, round.number, newest.model, round.modelBefore);
            }
            if (round.code != newest.code) revert BrokenChain(run, round.number, newest.code, round.code);
        }
        if (
            round.record == bytes32(0) || round.contributors < FEWEST || round.contributors > round.committeeSize
                || round.weight == 0
        ) revert RoundRefused(run, round.number);

        _records[run][round.number] = round.record;
        _runs[run] = ModelRun(
            steward, round.number, uint64(block.timestamp), round.record, round.modelAfter, round.code
        );
        emit RoundRecorded(run, steward, round.number, round);
        return true;
    }

    /// @inheritdoc IModelRegistry
    function runOf(bytes32 run) external view returns (ModelRun memory) {
        return _runs[run];
    }

    /// @inheritdoc IModelRegistry
    function recordAt(bytes32 run, uint64 number) external view returns (bytes32) {
        return _records[run][number];
    }

    function _checkCaller(bytes32 run, OrgId steward) private view {
        if (registry.paused()) revert RecordingPaused();
        OrgId first = _runs[run].steward;
        if (!isSteward[steward] || !registry.isActive(steward) || !(first.isZero() || first == steward)) {
            revert NotSteward(run, steward);
        }
        if (!registry.isAnchorKey(steward, msg.sender, uint64(block.timestamp))) {
            revert NotStewardKey(steward, msg.sender);
        }
    }
}
