// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAttestations} from "./interfaces/IAttestations.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IObjectionBook, Objection} from "./interfaces/IObjectionBook.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title ObjectionBook
/// @notice Only ever longer: an objection that is taken back stays readable
contract ObjectionBook is IObjectionBook {
    /// @inheritdoc IObjectionBook
    IAttestations public immutable eas;
    /// @inheritdoc IObjectionBook
    IMemberRegistry public immutable registry;

    mapping(bytes32 uid => Objection[]) private _objections;
    /// @dev The number of a member's standing objection, plus one.
    mapping(bytes32 uid => mapping(OrgId by => uint256)) private _standingOf;
    /// @inheritdoc IObjectionBook
    mapping(bytes32 uid => uint256) public standing;

    constructor(IAttestations eas_, IMemberRegistry registry_) {
        if (address(eas_).code.length == 0) revert ContractMissing(address(eas_));
        if (address(registry_).code.length == 0) revert ContractMissing(address(registry_));
        eas = eas_;
        registry = registry_;
    }

    /// @inheritdoc IObjectionBook
    function file(bytes32 uid, bytes32 reason) external returns (uint256 index) {
        OrgId by = registry.orgOfAccount(msg.sender);
        if (!registry.isActive(by)) revert NotActiveMember(by, msg.sender);
        if (uid == bytes32(0) || eas.getAttestation(uid).uid != uid) revert UnknownAttestation(uid);
        if (reason == bytes32(0)) revert ReasonMissing(uid);
        if (_standingOf[uid][by] != 0) revert AlreadyObjected(uid, by);
        index = _objections[uid].length;
        _objections[uid].push(Objection(by, reason, uint64(block.timestamp), 0));
        _standingOf[uid][by] = index + 1;
        standing[uid] += 1;
        emit ObjectionFiled(uid, by, index, reason);
    }

    /// @inheritdoc IObjectionBook
    function withdraw(bytes32 uid) external {
        OrgId by = registry.orgOfAccount(msg.sender);
        uint256 number = _standingOf[uid][by];
        if (number == 0) revert NoObjection(uid, by);
        _objections[uid][number - 1].withdrawnAt = uint64(block.timestamp);
        delete _standingOf[uid][by];
        standing[uid] -= 1;
        emit ObjectionWithdrawn(uid, by, number - 1);
    }

    /// @inheritdoc IObjectionBook
    function objects(bytes32 uid, OrgId by) external view returns (bool) {
        return _standingOf[uid][by] != 0;
    }

    /// @inheritdoc IObjectionBook
    function objectionCount(bytes32 uid) external view returns (uint256) {
        return _objections[uid].length;
    }

    /// @inheritdoc IObjectionBook
    function objections(bytes32 uid, uint256 first, uint256 most) external view returns (Objection[] memory page) {
        uint256 count = _objections[uid].length;
        uint256 taken = first < count ? Math.min(most, count - first) : 0;
        page = new Objection[](taken);
        for (uint256 i = 0; i < taken; ++i) {
            page[i] = _objections[uid][first + i];
        }
    }
}
