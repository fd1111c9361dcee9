// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPolicyRegistry, PolicyDocument, PolicyRecord} from "./interfaces/IPolicyRegistry.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title PolicyRegistry
/// @notice Keeps every document for ever; what counts when follows from the votes alone
contract PolicyRegistry is IPolicyRegistry {
    uint256 private constant MOST_NAME_BYTES = 64;
    uint256 private constant MOST_URI_BYTES = 512;

    /// @inheritdoc IPolicyRegistry
    IMemberRegistry public immutable registry;
    /// @inheritdoc IPolicyRegistry
    address public immutable governance;

    mapping(bytes32 id => PolicyRecord) private _records;
    bytes32[] private _order;
    /// @dev By keccak-256 of the name, and by policy hash. They grow by votes only, so that loops stay short.
    mapping(bytes32 nameKey => bytes32[]) private _adoptedByName;
    mapping(bytes32 policyHash => bytes32[]) private _adoptedByHash;
    mapping(bytes32 nameKey => mapping(uint32 version => bytes32 policyHash)) private _versions;

    modifier onlyGovernance() {
        if (msg.sender != governance) revert NotGovernance(msg.sender);
        _;
    }

    /// @param governance_ the timelock of the `MemberGovernor`
    constructor(IMemberRegistry registry_, address governance_) {
        if (address(registry_).code.length == 0) revert ContractMissing(address(registry_));
        if (governance_.code.length == 0) revert ContractMissing(governance_);
        registry = registry_;
        governance = governance_;
    }

    /// @inheritdoc IPolicyRegistry
    function submit(PolicyDocument calldata document) external returns (bytes32 id) {
        OrgId proposer = registry.orgOfAccount(msg.sender);
        if (!registry.isActive(proposer)) revert NotActiveMember(proposer, msg.sender);
        _checkForm(document);
        _checkValidity(document.validFrom, document.validUntil);
        id = policyId(document, proposer);
        PolicyRecord storage record = _records[id];
        if (record.submittedAt != 0) revert AlreadySubmitted(id);
        record.document = document;
        record.proposer = proposer;
        record.submittedAt = uint64(block.timestamp);
        _order.push(id);
        emit PolicySubmitted(id, document.policyHash, proposer);
    }

    /// @inheritdoc IPolicyRegistry
    function adopt(bytes32 id) external onlyGovernance {
        PolicyRecord storage record = _known(id);
        PolicyDocument storage document = record.document;
        if (record.adoptedAt != 0) revert AlreadyAdopted(id, record.adoptedAt);
        // A vote takes its time: what was valid when it was handed in may be over.
        _checkValidity(document.validFrom, document.validUntil);
        bytes32 nameKey = keccak256(bytes(document.name));
        _takeVersion(nameKey, document);
        uint64 from = uint64(Math.max(block.timestamp, document.validFrom));
        bytes32[] storage others = _adoptedByName[nameKey];
        for (uint256 i = 0; i < others.length; ++i) {
            if (_records[others[i]].until > from) _end(others[i], from);
        }
        (record.adoptedAt, record.from, record.until) = (uint64(block.timestamp), from, document.validUntil);
        others.push(id);
        _adoptedByHash[document.policyHash].push(id);
        emit PolicyAdopted(id, document.policyHash, from, document.validUntil);
    }

    /// @inheritdoc IPolicyRegistry
    function withdraw(bytes32 id) external onlyGovernance {
        PolicyRecord storage record = _known(id);
        if (record.until <= block.timestamp) revert NotInForce(id, record.until);
        _end(id, uint64(block.timestamp));
    }

    /// @inheritdoc IPolicyRegistry
    function isAdopted(bytes32 policyHash, uint64 time) external view returns (bool) {
        bytes32[] storage ids = _adoptedByHash[policyHash];
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_counts(_records[ids[i]], time)) return true;
        }
        return false;
    }

    /// @inheritdoc IPolicyRegistry
    function current(string calldata name) external view returns (bytes32 policyHash) {
        return currentAt(name, uint64(block.timestamp));
    }

    /// @inheritdoc IPolicyRegistry
    function currentAt(string calldata name, uint64 time) public view returns (bytes32 policyHash) {
        bytes32[] storage ids = _adoptedByName[keccak256(bytes(name))];
        for (uint256 i = 0; i < ids.length; ++i) {
            PolicyRecord storage record = _records[ids[i]];
            // At most one does: each adoption ended all others at its own beginning.
            if (_counts(record, time)) return record.document.policyHash;
        }
        return bytes32(0);
    }

    /// @inheritdoc IPolicyRegistry
    function policy(bytes32 id) external view returns (PolicyRecord memory) {
        return _known(id);
    }

    /// @inheritdoc IPolicyRegistry
    function policyId(PolicyDocument calldata document, OrgId proposer) public pure returns (bytes32) {
        return keccak256(abi.encode(document, proposer));
    }

    /// @inheritdoc IPolicyRegistry
    function policyCount() external view returns (uint256) {
        return _order.length;
    }

    /// @inheritdoc IPolicyRegistry
    function policyAt(uint256 index) external view returns (bytes32 id) {
        return _order[index];
    }

    /// @inheritdoc IPolicyRegistry
    function adoptions(string calldata name) external view returns (bytes32[] memory ids) {
        return _adoptedByName[keccak256(bytes(name))];
    }

    function _end(bytes32 id, uint64 until) private {
        _records[id].until = until;
        emit PolicyEnded(id, _records[id].document.policyHash, until);
    }

    /// @dev A version stands for one content, for ever; handed in again with other dates, it may be adopted again.
    function _takeVersion(bytes32 nameKey, PolicyDocument storage document) private {
        bytes32 taken = _versions[nameKey][document.version];
        if (taken != bytes32(0) && taken != document.policyHash) {
            revert VersionTaken(document.name, document.version, taken);
        }
        _versions[nameKey][document.version] = document.policyHash;
    }

    function _known(bytes32 id) private view returns (PolicyRecord storage record) {
        record = _records[id];
        if (record.submittedAt == 0) revert UnknownPolicy(id);
    }

    function _counts(PolicyRecord storage record, uint64 time) private view returns (bool) {
        return record.from <= time && time < record.until;
    }

    function _checkValidity(uint64 validFrom, uint64 validUntil) private view {
        if (validUntil <= validFrom || validUntil <= block.timestamp) {
            revert ValidityRefused(validFrom, validUntil, uint64(block.timestamp));
        }
    }

    function _checkForm(PolicyDocument calldata document) private pure {
        uint256 nameLength = bytes(document.name).length;
        uint256 uriLength = bytes(document.uri).length;
        if (
            document.policyHash == bytes32(0) || document.version == 0 || nameLength == 0
                || nameLength > MOST_NAME_BYTES || uriLength == 0 || uriLength > MOST_URI_BYTES
        ) revert MalformedPolicy(document.policyHash, document.version, nameLength, uriLength);
    }
}
